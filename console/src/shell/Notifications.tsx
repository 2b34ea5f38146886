import { notifications, Notifications as Toasts } from "@mantine/notifications";

export const Notifications = () => <Toasts position="bottom-left" autoClose={5000} limit={3} />;

/** Says what is finished and off screen; never what a form is refused with. */
export function say(message: string) {
  notifications.show({ message, withBorder: true, withCloseButton: false });
}
