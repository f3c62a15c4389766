"""The folder of the practice exchange inside the program: what its market is made of, its state, its candle files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.practice import CandleFile, CandleSpan, PracticeWorld
from upbit_auto_trading.data_layer.candle_files import ending_of, read_candle_file
from upbit_auto_trading.data_layer.candle_spacing import refuse_other_unit
from upbit_auto_trading.data_layer.durable_files import translated_os_error, write_whole
from upbit_auto_trading.data_layer.practice_exchange.first_moment import first_moment

_EXCHANGE = "practice"
_LEAST_SPAN = timedelta(hours=1)


class PracticeFolder:
    """Of one process; used in threads that may wait. Raises StorageError."""

    def __init__(self, state: Path) -> None:
        self._folder = state.parent
        self.state = state
        self._world = self._folder / "world.json"
        self._candles = self._folder / "candles"

    def read(self) -> PracticeWorld | None:
        """None where there is none, or none that can be read: then the settings count."""
        try:
            return _world(json.loads(self._world.read_text("utf-8")), self._candles)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise translated_os_error(error, self._world) from error
        except (ValueError, KeyError, TypeError, InvalidOperation):
            return None

    def write(self, world: PracticeWorld) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(self._world, json.dumps(_plain(world), ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise translated_os_error(error, self._world) from error

    def start_over(self, world: PracticeWorld, now: datetime) -> PracticeWorld:
        """While the exchange does not run. The state goes first: an old one never meets a new market."""
        starts_at = _start_of([self.check(file, now) for file in world.candle_files])
        try:
            kept = tuple(self._keep(file) for file in world.candle_files)
            for gone in (self.state, self.state.with_name(f"{self.state.name}.journal")):
                gone.unlink(missing_ok=True)
        except OSError as error:
            raise translated_os_error(error, self._folder) from error
        new = PracticeWorld(world.starting_krw, world.market_count, world.seed, kept, starts_at)
        self.write(new)
        self._forget_others(kept)
        return new

    def check(self, file: CandleFile, now: datetime) -> CandleSpan:
        """Reads all of it. Raises InvalidParameter, with the first bad row named."""
        candles = read_candle_file(Path(file.path), Market(_EXCHANGE, file.code), CandleUnit.MINUTE, now)
        refuse_other_unit(Path(file.path).name, candles, CandleUnit.MINUTE)
        traded = [candle for candle in candles if candle.volume > 0]
        if not traded or traded[-1].opened_at - traded[0].opened_at < _LEAST_SPAN:
            raise InvalidParameter("candles", file.code, "no-candles")
        return CandleSpan(len(traded), traded[0].opened_at, traded[-1].opened_at)

    def _keep(self, file: CandleFile) -> CandleFile:
        """A copy of ours, so that a file that is moved away does not end the market."""
        source = Path(file.path)
        target = self._candles / f"{file.code}{ending_of(source)}"
        if source != target:
            self._candles.mkdir(parents=True, exist_ok=True)
            temporary = target.with_name(f".{target.name}.new")
            shutil.copyfile(source, temporary)
            temporary.replace(target)
        return CandleFile(file.code, str(target))

    def _forget_others(self, kept: Iterable[CandleFile]) -> None:
        names = {Path(file.path).name for file in kept}
        if not self._candles.is_dir():
            return
        for found in self._candles.iterdir():
            if found.name not in names:
                try:
                    found.unlink()
                except OSError as error:
                    raise translated_os_error(error, found) from error


def _start_of(spans: list[CandleSpan]) -> datetime | None:
    if not spans:
        return None
    first, last = max(span.first_at for span in spans), min(span.last_at for span in spans)
    if last <= first:
        raise InvalidParameter("candles", first.isoformat(), "no-candles")
    return first_moment(first, last)


def _plain(world: PracticeWorld) -> dict[str, Any]:
    return {
        "version": 1,
        "starting_krw": str(world.starting_krw),
        "market_count": world.market_count,
        "seed": world.seed,
        # by name: the folder may be copied to another machine
        "candle_files": {file.code: Path(file.path).name for file in world.candle_files},
        "starts_at": None if world.starts_at is None else world.starts_at.isoformat(),
    }


def _world(plain: dict[str, Any], candles: Path) -> PracticeWorld:
    starts_at = plain["starts_at"]
    return PracticeWorld(
        Decimal(plain["starting_krw"]),
        int(plain["market_count"]),
        int(plain["seed"]),
        tuple(CandleFile(code, str(candles / Path(name).name)) for code, name in plain["candle_files"].items()),
        None if starts_at is None else datetime.fromisoformat(starts_at),
    )
