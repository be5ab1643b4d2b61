"""The sea map, which joins the sea with what is on sale."""

from __future__ import annotations

from typing import Any

from cofu_adopt.core import access
from cofu_adopt.core.api import ApiBlueprint, public_read
from cofu_adopt.farm import queries as farm
from cofu_adopt.screens import schemas
from cofu_adopt.screens.shop_pages import list_cells

bp = ApiBlueprint(
    "api_screens",
    __name__,
    tag="Sea map",
    zh=("海图", "整片海，谁都能看。"),
    description="The whole sea at a glance; for everybody.",
)


@bp.get("/sea", zh="海图")
@public_read
@bp.response(200, schemas.SeaSchema())
@access.public()
def sea() -> dict[str, Any]:
    """All squares with their place on the map, how many ropes are free, and whether they are on sale."""
    cells = list_cells()
    return {
        "items": cells,
        "free_count": sum(cell.free_count for cell in cells if cell.on_sale),
        "household_count": farm.count_households(),
    }
