"""Documents drawn as PDF, and label files joined: what only the documents function imports, and its layer has."""

from packhorse.domain.documents.packing_slip import PackingSlip
from packhorse.domain.documents.pick_list import PickList
from packhorse.papers.packing_slip import draw_packing_slip
from packhorse.papers.pick_list import draw_pick_list


def draw(document: PackingSlip | PickList) -> bytes:
    """Return the PDF of a document; the same value is always the same bytes."""
    return draw_packing_slip(document) if isinstance(document, PackingSlip) else draw_pick_list(document)
