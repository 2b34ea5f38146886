"""The rules of manifests: each label is claimed for one before the carrier's form has it, and is on one at most."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping

from simulation.order_documents import Document


def faults_of_form(form: Document, tracked: Mapping[str, Document], before: "Counter[str]") -> Iterator[str]:
    """Yield what is wrong with a new form of the carrier; `tracked` are labels by number, `before` what forms had."""
    for tracking in form["tracking_codes"]:
        label = tracked.get(tracking, {})
        if before[tracking]:
            yield f"parcel {tracking} is on {before[tracking] + 1} forms"
        if label.get("manifest") is None:
            yield f"form {form['id']} has parcel {tracking}, which no manifest claimed"
        if label.get("state") not in ("bought", "unused"):
            yield f"form {form['id']} has parcel {tracking}, whose label is {label.get('state')}"


def faults_of_claim(was: Document, label: Document, *, is_held: bool, on_forms: Container[str]) -> Iterator[str]:
    """Yield what a new version of a label does to its manifest that it must not.

    The copy of a label that another order has is not claimed: it comes onto the form with its holder's, whatever it is.
    """
    name, before, after = label["id"], was.get("manifest"), label.get("manifest")
    tracking = (label.get("purchase") or {}).get("tracking")
    if before and after and before != after:
        yield f"label {name} goes from manifest {before} to {after}"
    is_on_form = label.get("holder") is not None and label.get("is_manifested")
    if after and not before and not is_on_form and (is_held or label["state"] != "bought"):
        yield f"label {name} was claimed for a manifest: it is {label['state']}, held: {is_held}"
    if before and not after and tracking in on_forms:
        yield f"label {name} was released, and a form of the carrier has it"
    if label.get("is_manifested") and tracking not in on_forms:
        yield f"label {name} counts as manifested, and no form of the carrier has it"
    if was.get("is_manifested") and not label.get("is_manifested"):
        yield f"label {name} was on a manifest, and is not any more"
    if after and label["state"] in ("voiding", "voided") and was.get("state") != label["state"]:
        yield f"label {name} is {label['state']}, and on manifest {after}"


def left_before_manifest(
    last: Document, document: Document, places: frozenset[str], scanned: Container[str]
) -> Iterator[str]:
    """Yield the parcels that left by their label alone, where the manifest is what ships."""
    before = {each.get("label") for work in last.get("fulfilments", ()) for each in work.get("parcels", ())}
    for work in document.get("fulfilments", ()):
        done = {each["id"] for each in work.get("labels", ()) if each.get("is_manifested")}
        for parcel in work.get("parcels", ()) if work["warehouse"] in places else ():
            label = parcel.get("label")
            if label and label not in before | done and parcel.get("tracking") not in scanned:
                yield f"parcel {parcel['tracking']} left before its manifest was made"


def faults_of_manifests(
    manifests: Mapping[str, Document], forms: Mapping[str, Document], orders: Mapping[str, Document]
) -> Iterator[str]:
    """Yield what is wrong with manifests once nothing goes wrong any more."""
    made = {name: each for name, each in manifests.items() if each["state"] == "made"}
    for name, each in manifests.items():
        if each["state"] == "making":
            yield f"manifest {name} stays making"
    times = Counter(parcel["label"] for each in made.values() for parcel in each["parcels"])
    if twice := [label for label, count in times.items() if count > 1]:
        yield f"labels are on several manifests: {twice}"
    if lost := forms.keys() - {each["form"] for each in made.values()}:
        yield f"forms of the carrier are on no manifest: {sorted(lost)}"
    for each in made.values():
        for parcel in each["parcels"]:
            work = orders[parcel["order"]]["fulfilments"][parcel["fulfilment"] - 1]
            label = next(found for found in work["labels"] if found["id"] == parcel["label"])
            if not label.get("is_manifested"):
                yield f"manifest {each['id']} has label {label['id']}, whose order does not say so"


def unsent_by_manifest(document: Document, places: frozenset[str]) -> Iterator[str]:
    """Yield the labels on manifests whose parcels stayed where the manifest is what ships."""
    for work in document.get("fulfilments", ()) if not document.get("holds") else ():
        sent = {each.get("label") for each in work.get("parcels", ())}
        for label in work.get("labels", ()) if work["warehouse"] in places else ():
            if label.get("is_manifested") and label["state"] == "bought" and label["id"] not in sent:
                yield f"label {label['id']} is on a manifest, and its parcel stays"
