import { notifications, Notifications as Toasts } from "@mantine/notifications";

/** Over the navigation, or the bar where that is a rail, and never in the way of a pointer: forms stay in reach. */
export const Notifications = () => (
  <Toasts position="bottom-left" autoClose={4000} limit={3} containerWidth={184} className="toasts" />
);

/** How long one stays that offers something. */
const OFFERED_MS = 10_000;

interface Offer {
  label: string;
  act: () => unknown;
}

/** Says what is finished and off screen, and may offer to take it back; never what a form is refused with. */
export function say(message: string, offer?: Offer) {
  const id = notifications.show({
    message: offer ? (
      <Offering message={message} offer={offer} onAct={() => notifications.hide(id)} />
    ) : (
      message
    ),
    autoClose: offer ? OFFERED_MS : undefined,
    withBorder: true,
    withCloseButton: false,
  });
}

function Offering({ message, offer, onAct }: { message: string; offer: Offer; onAct: () => void }) {
  const take = () => {
    onAct();
    offer.act();
  };
  return (
    <>
      {message}{" "}
      <button type="button" className="link" onClick={take}>
        {offer.label}
      </button>
    </>
  );
}
