from __future__ import annotations

from kalshi_exp.tasks.stopwatch import Stopwatch


def test_stages_add_up_and_frames_are_counted_between_rollouts(monkeypatch) -> None:
    now = [0.0]
    monkeypatch.setattr("kalshi_exp.tasks.stopwatch.time.perf_counter", lambda: now[0])
    watch = Stopwatch()
    for _ in range(2):  # two folds: what lies between them is not learning
        with watch.stage("train"):
            for frames, seconds in ((100.0, 9.0), (200.0, 1.0), (300.0, 1.0), (300.0, 3.0)):
                now[0] += seconds
                watch({"frames": frames})
    timings = watch.timings(resumed=True)
    assert timings["seconds"] == {"train": 28.0}
    assert timings["frames_per_second"] == 40  # 400 frames in 10 s, evaluations included
    assert timings["frames_per_second_median_rollout"] == 100
    assert timings["resumed"] is True


def test_a_run_that_learned_nothing_has_no_speed() -> None:
    assert Stopwatch().timings(resumed=False)["frames_per_second"] is None
