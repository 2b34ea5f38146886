import { type CSSVariablesResolver, createTheme, type MantineColorsTuple, virtualColor } from "@mantine/core";

// Mantine wants ten shades of a colour; ours has one a scheme, by tokens.css.
const shades = (value: string): MantineColorsTuple => Array(10).fill(value) as unknown as MantineColorsTuple;

export const theme = createTheme({
  fontFamily: "var(--font)",
  headings: { fontFamily: "var(--font)" },
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  primaryColor: "ink",
  colors: {
    lightInk: shades("#1b1f23"),
    darkInk: shades("#eceef0"),
    ink: virtualColor({ name: "ink", light: "lightInk", dark: "darkInk" }),
  },
  defaultRadius: 6,
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    Modal: {
      defaultProps: { centered: true, radius: 12, transitionProps: { duration: 120, transition: "fade" } },
    },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false, radius: 6 } },
    Menu: { defaultProps: { radius: 8, shadow: "md", transitionProps: { duration: 120 } } },
  },
});

const OURS = {
  "--mantine-color-body": "var(--page)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-3)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-default-hover": "var(--hover)",
  "--mantine-color-anchor": "var(--rein)",
  "--mantine-color-error": "var(--danger)",
  "--mantine-color-placeholder": "var(--ink-3)",
};

export const variables: CSSVariablesResolver = () => ({ variables: {}, light: OURS, dark: OURS });
