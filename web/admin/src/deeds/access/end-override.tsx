import { segment } from '../../api/request.ts';
import { spoken } from '../../words/quantities.ts';
import { DeedDrawer } from '../deed-drawer.tsx';
import type { UserDeedProps } from '../drawer-props.ts';
import { tellAccess } from './tell-access.ts';

/** What was given or taken beside the plan ends before its time. */
export function EndOverride({ profile, subject, of: id = '', onClose }: UserDeedProps) {
  const override = profile.overrides.find((each) => each.id === id && isStaffs(each.kind));
  const path = `/users/${segment(profile.user)}/overrides/${segment(id)}/end`;
  const name = override === undefined ? 'What was given' : spoken(override.kind);
  return (
    <DeedDrawer
      title="End what was given"
      verb="End it"
      subject={subject}
      tell={tellAccess}
      features={profile.entitlements}
      call={override === undefined ? undefined : { path, body: {} }}
      done={`${name} has ended`}
      onClose={onClose}
    >
      <p>It ends now. What was used of it stays used.</p>
    </DeedDrawer>
  );
}

/** Packs and grants are what somebody has bought, or was given by a rule. */
export function isStaffs(kind: string): boolean {
  return kind === 'plan_change' || kind === 'quota_boost';
}
