import {
  Button,
  createTheme,
  Drawer,
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

/** The one primary button of a view, in the accent of the tokens; Mantine mixes the others. */
function ownColors(_theme: MantineTheme, { variant, color }: ButtonProps) {
  const isPrimary = (variant === undefined || variant === 'filled') && color === undefined;
  if (!isPrimary) return { root: {} };
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
    Modal: Modal.extend({
      defaultProps: { centered: true, padding: 'lg', closeButtonProps: CLOSE },
    }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 200, withArrow: true } }),
  },
});
