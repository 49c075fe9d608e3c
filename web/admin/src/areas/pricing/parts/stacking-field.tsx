import { Radio, Stack } from '@mantine/core';

/** Whether something stands alone or may come together with others. */
export function StackingField(props: {
  readonly label?: string;
  readonly exclusive?: string;
  readonly stackable?: string;
  readonly value: string;
  readonly onChange: (stacking: string) => void;
}) {
  const {
    label = 'Beside other discounts',
    exclusive = 'It stands alone',
    stackable = 'It may come together with other stackable ones',
  } = props;
  return (
    <Radio.Group label={label} value={props.value} onChange={props.onChange}>
      <Stack gap={8} mt={6}>
        <Radio value="exclusive" label={exclusive} />
        <Radio value="stackable" label={stackable} />
      </Stack>
    </Radio.Group>
  );
}
