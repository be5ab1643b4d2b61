"""The one table: each figure, what it is held against, the ratio, the aim, and whether it is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from bench.importing import Imported
from bench.product import Product
from bench.telling import Telling
from bench.yardstick import Measure


@dataclass(frozen=True, slots=True)
class Line:
    """A figure against a floor. `least`: the ratio must be at least `aim`, else at most. No aim: only told."""

    name: str
    figure: float
    unit: str
    floor: float | None = None
    floor_name: str = ""
    aim: float | None = None
    least: bool = True

    @property
    def ratio(self) -> float | None:
        """The figure in parts of the floor; the figure itself where the aim is an absolute one."""
        return self.figure / self.floor if self.floor else None

    @property
    def reached(self) -> bool | None:
        """Whether the aim is reached."""
        held = self.figure if self.floor is None else self.ratio
        if self.aim is None or held is None:
            return None
        return held >= self.aim if self.least else held <= self.aim


def lines(
    yard: Mapping[str, Measure],
    product: Product,
    others: list[Product],
    imported: Imported,
    telling: Telling,
    oversold: int,
) -> list[Line]:
    """All lines of the table."""
    hot, spread, floor = yard["hot"], yard["spread"], yard["floor"]
    mine, ping = product.orders, product.reads["ping"]
    table = [
        Line("yardstick: hot plot", hot.rate, "orders/s"),
        Line("yardstick: 400 plots", spread.rate, "orders/s"),
        Line("yardstick: bare inserts", floor.rate, "rows/s"),
        Line("yardstick: bare inserts, CPU", floor.cpu_ms, "ms"),
        Line("hot plot", mine["hot"].rate, "orders/s", hot.rate, "yardstick hot", 0.25),
        Line("hot plot, CPU an order", mine["hot"].cpu_ms, "ms", floor.cpu_ms, "bare insert", 10, least=False),
        Line("  of it the server", mine["hot"].server_cpu_ms, "ms"),
        Line("  of it PostgreSQL", mine["hot"].database_cpu_ms, "ms", floor.cpu_ms, "bare insert"),
        Line("400 plots", mine["spread"].rate, "orders/s", spread.rate, "yardstick 400"),
        Line("400 plots, CPU an order", mine["spread"].cpu_ms, "ms", floor.cpu_ms, "bare insert", 10, least=False),
        Line("hot plot against 400", mine["hot"].rate, "orders/s", mine["spread"].rate, "400 plots", 0.9),
        Line("any rope of the offer", mine["any"].rate, "orders/s", mine["spread"].rate, "400 plots"),
        Line("p99 of 400 plots", product.p99_ms, "ms"),
        Line("sold out", product.sold_out_rate, "answers/s", mine["hot"].rate, "hot plot", 1),
        Line("oversold", oversold, "ropes", None, "", 0, least=False),
        Line("empty ping", ping, "answers/s"),
    ]
    table += [
        Line(name, product.reads[name], "answers/s", ping, "ping", 0.8)
        for name in ("sea map", "listing", "sea map 304", "listing 304")
    ]
    table += [
        Line(
            f"growth of a worker over {product.grown_over} orders", product.growth_mib, "MiB", None, "", 2, least=False
        ),
        Line("import of 24,000 ropes", imported.seconds, "s"),
        Line("import of 24,000 ropes, peak", imported.peak_mib, "MiB"),
        Line("raw INSERT ... SELECT of 100,000 messages", telling.raw_rate, "messages/s"),
        Line("an update told to 100,000", telling.rate, "messages/s", telling.raw_rate, "raw", 0.8),
        Line("  by two workers", telling.two_rate, "messages/s", telling.raw_rate, "raw"),
        Line("  a third by e-mail or push, too", telling.going_out_rate, "messages/s", telling.raw_rate, "raw"),
        Line("outbox, a sender that takes no time", telling.sent_rate, "messages/s"),
        Line("  two workers", telling.sent_by_two_rate, "messages/s", telling.sent_rate, "one worker"),
    ]
    for other in others:
        table += [
            Line(f"{other.server}: hot plot", other.orders["hot"].rate, "orders/s", hot.rate, "yardstick hot"),
            Line(f"{other.server}: CPU an order", other.orders["hot"].cpu_ms, "ms", floor.cpu_ms, "bare insert"),
            Line(f"{other.server}: empty ping", other.reads["ping"], "answers/s", ping, "ping"),
        ]
    return table


def as_text(table: list[Line]) -> str:
    """The table in Markdown, so that it can be kept as it is."""
    rows = [("figure", "", "against", "ratio", "aim", "reached")]
    for line in table:
        aim = "" if line.aim is None else f"{'≥' if line.least else '≤'} {line.aim:g}"
        held = {None: "", True: "yes", False: "no"}[line.reached]
        against = "" if line.floor is None else f"{line.floor_name} {_number(line.floor)}"
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
        rows.append((line.name, f"{_number(line.figure)} {line.unit}", against, ratio, aim, held))
    widths = [max(len(row[place]) for row in rows) for place in range(6)]
    drawn = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    drawn.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(drawn)


def as_json(table: list[Line]) -> list[dict[str, object]]:
    """The table for programs."""
    return [asdict(line) | {"ratio": line.ratio, "reached": line.reached} for line in table]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
