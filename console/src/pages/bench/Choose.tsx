import "./bench.css";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useNames } from "../../api/queries";
import { useMe } from "../../auth/context";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { Field } from "../../ui/Confirm";
import { LOCK_MINUTES, STATION_NAME, savedStation, saveStation, stationOf } from "./station";

/** Which bench this browser stands at; asked once. */
export function Choose() {
  const navigate = useNavigate();
  const places = useOwnPlaces();
  const [station, setStation] = useState(() => savedStation() ?? stationOf(""));
  const [isTried, setTried] = useState(false);
  const isWrong = !STATION_NAME.test(station.name);
  const change = (changed: Partial<typeof station>) => setStation({ ...station, ...changed });
  const open = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (isWrong) return;
    saveStation(station);
    navigate({ to: "/bench/$station", params: { station: station.name } });
  };
  return (
    <Page title={t.nav.bench}>
      <form className="pad form-page" onSubmit={open}>
        <h2 className="b">{t.bench.choose}</h2>
        <p className="mid">{t.bench.chooseText}</p>
        <Field
          label={t.bench.station}
          hint={t.bench.stationHint}
          problem={isTried && isWrong ? t.bench.stationWrong : undefined}
        >
          {(ids) => (
            <input
              {...ids}
              className="input"
              value={station.name}
              maxLength={40}
              onChange={(event) => change({ name: event.target.value.trim().toLowerCase() })}
            />
          )}
        </Field>
        {places.length > 1 && (
          <Field label={t.bench.warehouse}>
            {(ids) => (
              <select
                {...ids}
                className="input"
                value={station.warehouse ?? ""}
                onChange={(event) => change({ warehouse: event.target.value || undefined })}
              >
                <option value="">{t.bench.warehouseAny}</option>
                {places.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <Field label={t.bench.lockAfter}>
          {(ids) => (
            <select
              {...ids}
              className="input"
              value={station.lockMinutes}
              onChange={(event) => change({ lockMinutes: Number(event.target.value) })}
            >
              {LOCK_MINUTES.map((minutes) => (
                <option key={minutes} value={minutes}>
                  {t.bench.minutes(minutes)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <label className="row">
          <input
            type="checkbox"
            className="box"
            checked={station.buysLabel}
            onChange={(event) => change({ buysLabel: event.target.checked })}
          />
          {t.bench.buysLabel}
        </label>
        <Button type="submit" look="primary">
          {t.bench.go}
        </Button>
      </form>
    </Page>
  );
}

/** The warehouses that the reader may pack in; those of a packer by their ids alone. */
function useOwnPlaces(): { id: string; name: string }[] {
  const { warehouses } = useNames();
  const { data: me } = useMe();
  const own = warehouses.filter((each) => each.kind === "own");
  if (own.length > 0) return own;
  return (me?.warehouses ?? []).map((id) => ({ id, name: id }));
}
