// pure
import { facts, text } from '../../document.ts';
import type { Template } from '../template.ts';

export const staffAttention: Template<'staff_attention'> = {
  staleBecause: () => null,
  write(data, { account }) {
    return {
      subject: `Needs a person: ${data.title}`,
      parts: [
        text(data.text),
        facts({ User: account.user, Account: String(account.id), Mail: account.email }),
      ],
    };
  },
};
