import { InvalidArgumentError, Option, type Command } from 'commander';
import { formatInstant, systemClock } from '@whisperforge/kernel/clock';
import type { Member } from '../../domains/staff/index.ts';
import { isRole, ROLES, type Role } from '../../platform/permissions.ts';
import { operator, table, withApplication, type CommandContext } from './context.ts';

/** `staff list`, `staff invite`, `staff reset`, `staff deactivate`. */
export function addStaffCommands(program: Command, context: CommandContext): void {
  const staff = program.command('staff').description('members of staff, who sign in to the portal');
  staff
    .command('list')
    .description('all members, also those who were deactivated')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => listStaff(options, context));
  staff
    .command('invite')
    .description('print a link by which somebody becomes a member; no mail is sent')
    .argument('<email>', 'whom', parseEmail)
    .addOption(
      new Option('--role <role>', `one of ${ROLES.join(', ')}`)
        .argParser(parseRole)
        .makeOptionMandatory(),
    )
    .action((email: string, { role }: { role: Role }) => inviteMember({ email, role }, context));
  staff
    .command('reset')
    .description('print a link by which a member sets a new password')
    .argument('<email>', 'whose', parseEmail)
    .option('--second-factor', 'and take their second factor away')
    .action((email: string, options: { secondFactor?: boolean }) =>
      resetMember({ email, dropsSecondFactor: options.secondFactor === true }, context),
    );
  staff
    .command('deactivate')
    .description('shut a member out at once; what they did stays on record')
    .argument('<email>', 'whom', parseEmail)
    .action((email: string) => deactivateMember(email, context));
}

async function listStaff(options: { json?: boolean }, context: CommandContext): Promise<void> {
  await withApplication(context, async ({ staff }) => {
    const all = await staff.operator.list();
    if (options.json === true) return context.print(JSON.stringify(all.map(described)));
    const rows = all.map((member) => [
      String(member.id),
      member.email,
      member.name,
      member.role,
      member.hasSecondFactor ? 'yes' : 'no',
      member.signedInMs === null ? 'never' : formatInstant(member.signedInMs),
      member.deactivatedMs === null ? 'active' : 'deactivated',
    ]);
    const head = ['ID', 'EMAIL', 'NAME', 'ROLE', 'SECOND FACTOR', 'SIGNED IN', 'STATUS'];
    return context.print(table([head, ...rows]));
  });
}

async function inviteMember(
  invitation: { readonly email: string; readonly role: Role },
  context: CommandContext,
): Promise<void> {
  await withApplication(context, async ({ staff }) => {
    context.print(await staff.operator.invite(invitation, by()));
  });
}

async function resetMember(
  wanted: { readonly email: string; readonly dropsSecondFactor: boolean },
  context: CommandContext,
): Promise<void> {
  await withApplication(context, async ({ staff }) => {
    context.print(await staff.operator.reset(wanted, by()));
  });
}

async function deactivateMember(email: string, context: CommandContext): Promise<void> {
  await withApplication(context, async ({ staff }) => {
    if ((await context.confirm?.(`Shut ${email} out at once?`)) === false) {
      return context.print('Nothing was changed.');
    }
    const member = await staff.operator.deactivate(email, by());
    return context.print(`${member.email} (${member.role}) is deactivated.`);
  });
}

function by() {
  return { actor: operator(), nowMs: systemClock.nowMs() };
}

function described(member: Member): Record<string, unknown> {
  const { signedInMs, deactivatedMs } = member;
  return {
    id: member.id,
    email: member.email,
    name: member.name,
    role: member.role,
    has_second_factor: member.hasSecondFactor,
    signed_in_at: signedInMs === null ? null : formatInstant(signedInMs),
    deactivated_at: deactivatedMs === null ? null : formatInstant(deactivatedMs),
  };
}

function parseRole(text: string): Role {
  if (!isRole(text)) throw new InvalidArgumentError(`Roles are ${ROLES.join(', ')}.`);
  return text;
}

function parseEmail(text: string): string {
  if (!/^[^<>@\s]+@[^<>@\s]+$/.test(text)) {
    throw new InvalidArgumentError('A member is named by their mail address.');
  }
  return text;
}
