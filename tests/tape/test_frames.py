from __future__ import annotations

import gzip

import pytest

from kalshi_exp.tape.frames import FrameError, capture_files, decode, read_lines
from kalshi_exp.tape.quarantine import Reason, TapeError


def _lines(path):
    """Lines and the fault that ended them."""
    found = []
    try:
        for line in read_lines(path, lambda _: None):
            found.append(line)
    except FrameError as error:
        return found, error.reason
    return found, None


def test_the_envelope_gives_a_receive_time_and_a_bare_frame_none():
    frame = {"type": "ok", "id": 1}
    assert decode(b'{"recv_ms":1786401091065,"event":{"type":"ok","id":1}}') == (
        1_786_401_091_065_000_000,
        frame,
    )
    assert decode(b'{"type":"ok","id":1}\n') == (-1, frame)


def test_keep_alives_are_no_frames_and_no_faults():
    assert decode(b'"heartbeat"') == (-1, None)
    assert decode(b'{"recv_ms":5,"event":""}') == (5_000_000, None)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"type":"ok"', Reason.BROKEN_JSON),
        (b"\xff\xfe\x00", Reason.BROKEN_JSON),
        (b"[1,2]", Reason.NOT_A_FRAME),
        (b"17", Reason.NOT_A_FRAME),
        (b'{"a":1}', Reason.NOT_A_FRAME),
        (b'{"recv_ms":1,"event":null}', Reason.NOT_A_FRAME),
        (b'"hello"', Reason.NOT_A_FRAME),
    ],
)
def test_what_is_no_frame_says_why(line, reason):
    with pytest.raises(FrameError) as caught:
        decode(line)
    assert caught.value.reason is reason


def test_gzip_is_known_by_its_bytes_not_its_name(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(gzip.compress(b"one\ntwo\n"))
    assert _lines(path) == ([b"one\n", b"two\n"], None)


def test_truncated_gzip_keeps_the_whole_lines(tmp_path):
    lines = [f"{i * 7919 % 100_003}\n".encode() for i in range(20_000)]
    data = gzip.compress(b"".join(lines))
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(data[: len(data) // 2])
    found, reason = _lines(path)
    assert reason is Reason.TRUNCATED_FILE
    assert len(found) > 5_000
    assert found == lines[: len(found)]


def test_damaged_gzip_is_a_fault_not_a_crash(tmp_path):
    data = bytearray(gzip.compress(b"x\n" * 10 + bytes(range(256)) * 50))
    data[-6] ^= 0xFF  # its checksum
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(bytes(data))
    assert _lines(path)[1] is Reason.TRUNCATED_FILE


def test_capture_files_are_found_at_any_depth_but_not_in_metadata(tmp_path):
    for name in (
        "b/1.ndjson.gz",
        "a/2.jsonl",
        "c.json",
        "metadata/x.json",
        "MARKETS.csv",
        ".h.json",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    names = [p.relative_to(tmp_path).as_posix() for p in capture_files(tmp_path)]
    assert names == ["a/2.jsonl", "b/1.ndjson.gz", "c.json"]


def test_no_source_and_no_capture_are_one_sentence(tmp_path):
    with pytest.raises(TapeError, match="does not exist"):
        capture_files(tmp_path / "nowhere")
    with pytest.raises(TapeError, match="holds no capture file"):
        capture_files(tmp_path)
