import { createTheme, Drawer, Modal, Tooltip, type MantineColorsTuple } from '@mantine/core';

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
    Drawer: Drawer.extend({ defaultProps: { position: 'right', size: 480, padding: 'lg' } }),
    Modal: Modal.extend({ defaultProps: { centered: true, padding: 'lg' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 200, withArrow: true } }),
  },
});
