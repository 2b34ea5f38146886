import { notifications, Notifications as Toasts } from "@mantine/notifications";

/** Over the navigation, or the bar where that is a rail, and never in the way of a pointer: forms stay in reach. */
export const Notifications = () => (
  <Toasts position="bottom-left" autoClose={4000} limit={3} containerWidth={184} className="toasts" />
);

/** Says what is finished and off screen; never what a form is refused with. */
export function say(message: string) {
  notifications.show({ message, withBorder: true, withCloseButton: false });
}
