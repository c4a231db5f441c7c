"""The table of realism figures: name, unit, direction and meaning, read by every report."""

from __future__ import annotations

from kalshi_exp.metrics.figures import Figure
from kalshi_exp.probes import HORIZONS, MARKOUTS

_MONEY, _FILLS, _AFTER, _COST = "Execution P&L", "Fills", "What fills were worth", "Evidence"
SIZES = ("small", "medium", "large")

FIGURES: tuple[Figure, ...] = (
    Figure("pearson", "Pearson", "ratio", "high", _MONEY,
           "Correlation with the truth of strategies' execution P&L an offered contract: fill "
           "against the mid 60 s later, less fees; what did not fill counts zero."),
    Figure("spearman", "Spearman", "ratio", "high", _MONEY, "The same of ranks."),
    Figure("concordance", "Rank agreement", "%", "high", _MONEY,
           "Share of pairs of strategies that come in the true order."),
    Figure("pearson_cells", "Pearson, session by session", "ratio", "high", _MONEY,
           "The same correlation over every strategy in every session, luck included."),
    Figure("overstatement", "Overstatement", "%", None, _MONEY,
           "Mean P&L less the truth's, over the truth's mean size; above zero it flatters."),
    Figure("error_cents", "P&L error", "c", "low", _MONEY,
           "Mean distance of a strategy's P&L an offered contract from the truth's."),
    Figure("profit_cents", "P&L an offered contract", "c", None, _MONEY, "Mean over strategies."),
    Figure("fill_rate", "Fill rate", "%", None, _FILLS,
           "Contracts filled over contracts offered, mean over strategies."),
    Figure("fill_rate_error", "Fill rate error", "%", "low", _FILLS,
           "Mean distance of a strategy's fill rate from the truth's."),
    *(Figure(f"odds_{h}", f"Filled within {h} s", "%", None, _FILLS,
             f"Orders with a fill within {h} s of arrival, mean over strategies.")
      for h in HORIZONS),
    *(Figure(f"odds_error_{h}", f"Error of odds, {h} s", "%", "low", _FILLS,
             "Mean distance of a strategy's odds from the truth's.") for h in HORIZONS),
    *(Figure(f"brier_{h}", f"Brier score, {h} s", "ratio", "low", _FILLS,
             f"Mean squared error of the probability that an order has a fill within {h} s.")
      for h in HORIZONS),
    Figure("median_wait", "Median time to a fill", "s", None, _FILLS,
           "Of orders that had one; pooled, interpolated within classes."),
    *(Figure(f"markout_{s}", f"Mark-out {s} s", "c", None, _AFTER,
             f"Mid {s} s after a fill against its price, a contract, before fees, mean over "
             "strategies: of resting orders' fills for passive strategies, of taking ones' for "
             "aggressive.") for s in MARKOUTS),
    *(Figure(f"markout_error_{s}", f"Mark-out error {s} s", "c", "low", _AFTER,
             "Mean distance of a strategy's mark-out from the truth's.") for s in MARKOUTS),
    *(Figure(f"slippage_{k}", f"Slippage, {k} orders", "c", "low", _AFTER,
             f"Price paid beyond the mid at the decision, a contract, by {k} orders that took.")
      for k in SIZES),
    Figure("violations", "Violations", "fills", "low", _COST,
           "Fills beyond the evidence of the tape (invariant 5), in all."),
)  # fmt: skip
"""Every figure of a fill model, in the order tables show them."""

BY_NAME = {figure.name: figure for figure in FIGURES}
