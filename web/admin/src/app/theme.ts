import {
  Button,
  createTheme,
  Drawer,
  Menu,
  Modal,
  Tooltip,
  type ButtonProps,
  type MantineColorsTuple,
  type MantineTheme,
} from '@mantine/core';

/** The accent of the tokens with shades around it, for what Mantine mixes itself. */
const accent: MantineColorsTuple = [
  '#edf1ff',
  '#d8e0fb',
  '#b3c2f6',
  '#93b1ff',
  '#6c88ea',
  '#4a68dc',
  '#3250c8',
  '#2a44ad',
  '#22388f',
  '#1a2b70',
];

const CLOSE = { 'aria-label': 'Close' };

const GRAVE = {
  '--button-bg': 'var(--mantine-color-red-9)',
  '--button-hover': 'color-mix(in srgb, var(--mantine-color-red-9), black 12%)',
  '--button-color': 'white',
} as const;

/** The primary and the grave button of a view are legible in both schemes; Mantine mixes others. */
function ownColors(_theme: MantineTheme, { variant, color }: ButtonProps) {
  const isFilled = variant === undefined || variant === 'filled';
  if (isFilled && color === 'red') return { root: GRAVE };
  if (!isFilled || color !== undefined) return { root: {} };
  return {
    root: {
      '--button-bg': 'var(--accent)',
      '--button-hover': 'var(--accent-strong)',
      '--button-color': 'var(--on-accent)',
    },
  };
}

export const theme = createTheme({
  colors: { accent },
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 3 },
  autoContrast: true,
  defaultRadius: 8,
  fontFamily:
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Open Sans', 'DejaVu Sans', sans-serif",
  fontSizes: { xs: '12px', sm: '14px', md: '14px' },
  headings: { fontWeight: '650' },
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ vars: ownColors }),
    Drawer: Drawer.extend({
      defaultProps: { position: 'right', size: 480, padding: 'lg', closeButtonProps: CLOSE },
    }),
    // A place for the focus that is no item is none that a menu may have.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Modal: Modal.extend({
      defaultProps: { centered: true, padding: 'lg', closeButtonProps: CLOSE },
    }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 200, withArrow: true } }),
  },
});
