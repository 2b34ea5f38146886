import { Menu } from "@mantine/core";
import { useNames } from "../api/queries";
import { choicesOf, chooseWarehouse, currentWarehouse } from "../api/warehouse";
import { useMe } from "../auth/context";
import { t } from "../texts";
import { Button } from "../ui/bits";
import { Icon } from "../ui/Icon";

/** Of which of their warehouses lists are, for people who are limited to several. */
export function WarehouseSwitch() {
  const { data: me } = useMe();
  const names = useNames();
  const current = currentWarehouse(me);
  if (!current) return null;
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button
          small
          look="quiet"
          icon="building-warehouse"
          aria-label={t.bar.warehouse(names.warehouse(current))}
        >
          <span className="sr-s">{names.warehouse(current)}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
        {choicesOf(me).map((id) => (
          <Menu.Item
            key={id}
            onClick={() => chooseWarehouse(id)}
            rightSection={id === current ? <Icon name="check" small /> : null}
          >
            {names.warehouse(id)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
