"""Make a manifest: one form of the carrier for the labels of a day, none of which is ever on two.

The manifest is stored with its labels before the carrier is called, and each label is claimed for it in its order:
a claimed label is on no other manifest, and cannot be voided. A manifest that an earlier process left behind is looked
up at the carrier before its form is requested again.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from packhorse.aws.bucket import store_file
from packhorse.aws.telemetry import add_metric, logger
from packhorse.carriers.protocol import Forms
from packhorse.domain.configuration.carrier import CarrierAccount
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import FieldError, NotNow, NotReady, Rejected, Unavailable
from packhorse.domain.labels.consignment import MEDIA_TYPES
from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.labels.manifest import MAX_PARCELS, Manifest, Manifested, ManifestForm, ManifestState, on_form
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.labelling import CALL_LASTS, label_of
from packhorse.domain.orders.manifesting import claimed, left_out, manifested, released
from packhorse.domain.orders.order import Order
from packhorse.domain.problem import Cause, Subject
from packhorse.domain.values import OrderId
from packhorse.messages.labels import MakeManifest
from packhorse.store import configuration, exceptions, manifests
from packhorse.store.parcels import FulfilmentKey
from packhorse.usecases.labels.connect_carrier import connect_forms, makes_forms, without_forms
from packhorse.usecases.labels.follow_label import follow_shared
from packhorse.usecases.labels.labels_waiting import carrier_of, labels_waiting, of_carrier
from packhorse.usecases.orders.change_order import change_order, commit_step

LabelStep = Callable[[Order, int, str, str], Order]
"""Changes the order of a label: its fulfilment order, the label and the manifest are named by their ids."""


class _Run(NamedTuple):
    """A manifest that is being made, and the configuration that holds for it."""

    manifest: Manifest
    config: Configuration


def make_manifest(message: MakeManifest, remaining: Callable[[], float]) -> Manifest:
    """Make a manifest and return it; one of the same id is finished instead.

    Raises Rejected with what the carrier refuses, NotNow without a label that could be on it, Unavailable if the
    carrier does not answer: the same request finishes it then.
    """
    config = configuration.current()
    existing = manifests.find_manifest(message.manifest)
    if existing and existing.state is ManifestState.REFUSED:
        raise Rejected(existing.problem)
    if existing and existing.state is ManifestState.MADE:
        return existing
    begun = _again(existing, config) if existing else _begun(message, config)
    run = _Run(_claimed(begun), config)
    try:
        with connect_forms(_account(begun.account, config), remaining) as carrier:
            return _finished(carrier, run) if existing else _recorded(run, _form(carrier, run), carrier)
    except (Rejected, Unavailable) as error:
        _note(begun, str(error))
        raise


def _account(name: str, config: Configuration) -> CarrierAccount:
    """Return the carrier account; raises Rejected if it makes no forms."""
    found = config.carriers.get(name)
    if found is None:
        raise NotReady("no such carrier account", [FieldError("account", f"there is no carrier account {name}")])
    if not makes_forms(found):
        raise without_forms(found)
    return found


def _again(manifest: Manifest, config: Configuration) -> Manifest:
    """Mark a manifest as tried now and return it; raises Unavailable if another process may be calling its carrier.

    A manifest whose carrier account was removed is refused: no process can make it any more.
    """
    now = datetime.now(UTC)
    attempted = manifest.replace(attempted_at=now)
    if now - manifest.attempted_at < CALL_LASTS or not manifests.replace_manifest(attempted, manifest):
        raise Unavailable("the carrier is being called at this moment; try again in two minutes")
    try:
        _account(manifest.account, config)
    except Rejected as error:
        _refuse(attempted, error.in_full)
        raise
    return attempted


def _begun(message: MakeManifest, config: Configuration) -> Manifest:
    """Store a new manifest with the labels that can be on it."""
    _account(message.account, config)
    day = message.day or config.day_at(message.warehouse, datetime.now(UTC))
    found = of_carrier(list(labels_waiting(message, day)), message.carrier)
    carriers = sorted({carrier_of(each.label) for each in found})
    if len(carriers) > 1:
        wrong = FieldError("carrier", f"a manifest is of one carrier: name one of {', '.join(carriers)}")
        raise NotReady("labels of several carriers", [wrong])
    if not found:
        raise NotNow(f"no label of {message.account} bought at {message.warehouse} on {day} waits for a manifest")
    now = datetime.now(UTC)
    manifest = Manifest(
        id=message.manifest,
        account=message.account,
        carrier=carriers[0],
        warehouse=message.warehouse,
        day=day,
        who=message.who,
        created_at=now,
        attempted_at=now,
        parcels=tuple(each.parcel for each in found[:MAX_PARCELS]),
    )
    if not manifests.create_manifest(manifest):
        raise Unavailable("the same request is being answered at this moment; try again in two minutes")
    return manifest


def _claimed(manifest: Manifest, step: LabelStep = claimed) -> Manifest:
    """Claim the labels in their orders; return the manifest with those that it got."""
    got = []
    for each in manifest.parcels:
        order = _change(each, manifest, step)
        if label_of(order, each.fulfilment, each.label).manifest == manifest.id:
            got.append(each)
    if not got:
        _refuse(manifest, "none of its labels is left: they were voided, held, sent, or put on another manifest")
        raise NotNow("none of its labels is left")
    return manifest.replace(parcels=tuple(got))


def _finished(carrier: Forms, run: _Run) -> Manifest:
    """Record the form that an earlier process requested; otherwise make it without parcels that departed."""
    if found := carrier.find_form(run.manifest.parcels[:1]):
        return _recorded(run, found, carrier)
    left = run._replace(manifest=_claimed(run.manifest, left_out))
    return _recorded(left, _form(carrier, left), carrier)


def _form(carrier: Forms, run: _Run) -> ManifestForm:
    """Return the carrier's new form of the manifest, or the one that exists."""
    parcels = run.manifest.parcels
    try:
        return carrier.make_form(parcels)
    except Rejected as error:  # also of a form that was made by another process, or by a person at the carrier
        if found := carrier.find_form(parcels):
            return found
        _refuse(run.manifest, error.in_full)
        raise
    except Unavailable:
        if found := carrier.find_form(parcels[:1]):
            return found
        raise


def _refuse(manifest: Manifest, problem: str) -> None:
    """Record that the carrier makes no form, and release the labels for another manifest."""
    for each in manifest.parcels:
        _change(each, manifest, released)
    _store(manifest.replace(state=ManifestState.REFUSED, problem=problem[:255]))


def _change(parcel: Manifested, manifest: Manifest, step: LabelStep) -> Order:
    """Claim a label for the manifest, or release it, and return its order."""

    def changed(order: Order, _: datetime, __: str) -> Change:
        return Change(step(order, parcel.fulfilment, parcel.label, manifest.id))

    return commit_step(OrderId(parcel.order), changed, manifest.who)


def _note(manifest: Manifest, problem: str) -> None:
    """Store why the carrier's form was not made this time: its exception says so if that goes on."""
    before = manifests.get_manifest(manifest.id)
    if before.state is ManifestState.MAKING:
        manifests.replace_manifest(before.replace(problem=problem[:255]), before)


def _store(ended: Manifest) -> Manifest:
    """Store a manifest that has ended, which ends its exception."""
    before = manifests.get_manifest(ended.id)
    if before.state is ManifestState.MAKING and not manifests.replace_manifest(ended, before):
        raise Unavailable("the manifest is being made by another process; try again in two minutes")
    exceptions.resolve(Cause.MANIFEST_NOT_MADE, Subject.of_manifest(ended.id, ended.warehouse))
    return ended


def _recorded(run: _Run, form: ManifestForm, carrier: Forms) -> Manifest:
    """Store the document, and record with each label that it is on the form, which may ship its parcel."""
    manifest, held = run.manifest, on_form(run.manifest.parcels, form)
    for each in manifest.parcels:
        if each not in held:
            _change(each, manifest, released)
    file = carrier.form_file(form)
    key = store_file(f"labels/manifests/{manifest.id}.{file.format}", file.content, MEDIA_TYPES[file.format])
    for each in held:
        _ship(each, run)
        box = FulfilmentKey(OrderId(each.order), each.fulfilment)
        manifests.forget_bought(manifest.account, manifest.warehouse, manifest.day, box, each.label)
    logger.info("manifest made", extra={"manifest": manifest.id, "parcels": len(held)})
    add_metric("ManifestsMade", 1)
    return _store(manifest.replace(state=ManifestState.MADE, parcels=held, form=form.id, file=key, problem=""))


def _ship(parcel: Manifested, run: _Run) -> None:
    """Record that a parcel is on the form with its order, and with every other one that has units in it."""
    label = label_of(_manifested(parcel, parcel.label, run), parcel.fulfilment, parcel.label)
    follow_shared(label, run.config)  # a copy whose purchase is not recorded yet is not shipped by the form
    for ref in label.shares:
        _manifested(ref, parcel.label, run)


def _manifested(ref: FulfilmentRef, label: str, run: _Run) -> Order:
    def step(order: Order, now: datetime, who: str) -> Change:
        ships_on = run.config.ships_on(run.manifest.warehouse)
        return manifested(order, ref.fulfilment, label, run.manifest.id, ships_on, now, who)

    return change_order(OrderId(ref.order), step, run.manifest.who)
