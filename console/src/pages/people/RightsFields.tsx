import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { isLimited, type Rights, ROLES, toggled } from "./rights";

interface RightsProps {
  rights: Rights;
  onChange: (rights: Rights) => void;
}

/** Roles with what each may do, and the warehouses of those that are limited to some. */
export function RightsFields({ rights, onChange }: RightsProps) {
  const { warehouses } = useNames();
  const places = warehouses.map((each) => each.id);
  return (
    <>
      <fieldset className="choices">
        <legend>{t.people.roles}</legend>
        {ROLES.map((role) => (
          <label key={role}>
            <input
              type="checkbox"
              checked={rights.roles.includes(role)}
              onChange={() => onChange({ ...rights, roles: toggled(ROLES, rights.roles, role) })}
            />
            <span>
              <b className="b">{t.nav.roles[role]}</b> <span className="dim">{t.people.may[role]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {isLimited(rights.roles) && (
        <fieldset className="choices">
          <legend>{t.people.warehouses}</legend>
          {warehouses.map((each) => (
            <label key={each.id}>
              <input
                type="checkbox"
                checked={rights.warehouses.includes(each.id)}
                onChange={() =>
                  onChange({ ...rights, warehouses: toggled(places, rights.warehouses, each.id) })
                }
              />
              {each.name}
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}
