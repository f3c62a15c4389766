"""The result file of ``--json``, version 1: fields and their order by the stable contracts; more may follow."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any, Final

from upbit_auto_trading.business_logic.domain.backtest import Fill, Trade
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, moment_of
from upbit_auto_trading.business_logic.use_cases.backtest_report import BacktestReport, CandleSource
from upbit_auto_trading.data_layer.result_files.candle_digest import candle_digest
from upbit_auto_trading.data_layer.result_files.writing import write_result
from upbit_auto_trading.utils.bilingual_text import Text

VERSION: Final = 1


def write_result_json(path: Path, report: BacktestReport) -> None:
    """The whole file or none of it. Raises StorageError."""
    text = json.dumps(result_document(report), ensure_ascii=False, allow_nan=False, indent=1)
    write_result(path, f"{text}\n".encode())


def result_document(report: BacktestReport) -> dict[str, Any]:
    settings, summary = report.result.settings, report.summary
    return {
        "version": VERSION,
        "strategy": {"name": _name(report.result.name), "sha256": report.strategy_sha256},
        "data": _data(report),
        "settings": {
            "cash": settings.cash,
            "fee": report.fee,
            "slippage": settings.slippage,
            "fee_by_date": settings.fee is None and any(source.has_rules for source in report.sources),
            "spread": settings.spread,
            "latency": settings.latency,
            "volume_share": settings.volume_share,
            "touching_fills": settings.touching_fills,
            "fast_forward": settings.fast_forward,
        },
        "summary": {
            "final_equity": _number(summary.final_equity),
            "return": _number(summary.total_return),
            "max_drawdown": _number(summary.max_drawdown),
            "sharpe": _number(summary.sharpe),
            "trades": summary.trades.count,
            "win_rate": _number(summary.trades.win_rate),
            "open_trades": summary.open_trades,
            "yearly_return": _number(summary.yearly_return),
            "exposure": _number(summary.exposure),
            "profit_factor": _number(summary.trades.profit_factor),
            "payoff_ratio": _number(summary.trades.payoff_ratio),
            "average_profit": _number(summary.trades.average_profit),
            "average_held_seconds": _number(summary.trades.average_held_seconds),
            "longest_drawdown_seconds": summary.longest_drawdown_seconds,
            "fees": _number(summary.fees),
            "buy_and_hold_return": _number(summary.held_return),
            "buy_and_hold_max_drawdown": _number(summary.held_max_drawdown),
        },
        "trades": [_trade(trade) for trade in report.result.trades],
        "limit_orders": {"touched": report.result.limits.touched, "through": report.result.limits.through},
        "names": {name: _both(text) for name, text in report.names.items()},
        "warnings": [_both(text) for text in report.warnings],
    }


def _data(report: BacktestReport) -> dict[str, Any]:
    """Of all markets together first; each by itself in ``markets``."""
    series = report.series
    filled = [one for one in series if len(one)]
    return {
        "market": ", ".join(one.market.code for one in series),
        "unit": report.result.unit.value,
        "candles": sum(len(one) for one in series),
        "first": _time(min(int(one.opened[0]) for one in filled)) if filled else None,
        "last": _time(max(int(one.opened[-1]) for one in filled)) if filled else None,
        "sha256": candle_digest(series),
        "markets": [_market(one, source) for one, source in zip(series, report.sources, strict=True)],
    }


def _market(series: CandleSeries, source: CandleSource) -> dict[str, Any]:
    return {
        "market": series.market.code,
        "exchange": None if source.file is not None and not source.has_rules else series.market.exchange,
        "file": source.file,
        "candles": len(series),
        "first": _time(int(series.opened[0])) if len(series) else None,
        "last": _time(int(series.opened[-1])) if len(series) else None,
        "sha256": candle_digest([series]),
        "source_unit": source.unit.value,
        "finer_unit": None if source.finer is None else source.finer.value,
        "market_rules": source.has_rules,
        "jumps": [_iso(moment) for moment in source.jumps],
        "unknown": [{"from": _iso(span.start), "to": _iso(span.end)} for span in source.unknown],
    }


def _trade(trade: Trade) -> dict[str, Any]:
    return {
        "market": trade.market.code,
        "entry_time": _time(trade.entry_second),
        "entry_price": _number(trade.entry_price),
        "exit_time": _time(trade.exit_second),
        "exit_price": _number(trade.exit_price),
        "quantity": _number(trade.quantity),
        "fees": _number(trade.fees),
        "profit": _number(trade.profit),
        "entry_reason": trade.entry_reason,
        "exit_reason": trade.exit_reason,
        "open": trade.is_open,
        "fills": _fills(trade.fills),
    }


def _fills(fills: Sequence[Fill]) -> list[dict[str, Any]]:
    return [
        {
            "time": _time(fill.second),
            "side": fill.side.value,
            "price": _number(fill.price),
            "quantity": _number(fill.quantity),
            "fee": _number(fill.fee),
            "reason": fill.reason,
        }
        for fill in fills
    ]


def _number(value: float | None) -> float | None:
    return float(value) if value is not None and isfinite(value) else None


def _name(name: Text) -> str:
    """One text: that of the first language that has one."""
    return name.ko or name.en


def _both(text: Text) -> dict[str, str]:
    return {"ko": text.ko, "en": text.en}


def _time(second: int) -> str:
    return _iso(moment_of(second))


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
