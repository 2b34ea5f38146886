"""Documents drawn as PDF, and label files joined: what only the documents function imports, and its layer has."""

from packhorse.domain.documents.packing_slip import PackingSlip, PackingSlips
from packhorse.domain.documents.pick_list import PickList
from packhorse.domain.documents.purchase_paper import PurchasePaper
from packhorse.papers.joining import merge_pdfs
from packhorse.papers.packing_slip import draw_packing_slip
from packhorse.papers.pick_list import draw_pick_list
from packhorse.papers.purchase_order import draw_purchase_order


def draw(document: PackingSlip | PackingSlips | PickList | PurchasePaper) -> bytes:
    """Return the PDF of a document; the same value is always the same bytes."""
    if isinstance(document, PurchasePaper):
        return draw_purchase_order(document)
    if isinstance(document, PackingSlips):
        return merge_pdfs(map(draw_packing_slip, document.slips))
    return draw_packing_slip(document) if isinstance(document, PackingSlip) else draw_pick_list(document)
