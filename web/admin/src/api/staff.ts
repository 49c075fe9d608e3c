import { queryOptions } from '@tanstack/react-query';
import type { Permission, Role } from './contract/session.ts';
import { everyPage, listQuery } from './lists/pages.ts';
import { ask } from './request.ts';

export interface Member {
  readonly id: string | number;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly version: number;
  readonly has_second_factor: boolean;
  readonly signed_in_at: string | null;
  readonly deactivated_at: string | null;
}

export interface Invitation {
  readonly id: string | number;
  readonly email: string;
  readonly role: Role;
  readonly created_at: string;
  readonly expires_at: string;
}

export interface RoleTable {
  readonly roles: readonly { readonly role: Role; readonly summary: string }[];
  readonly permissions: readonly {
    readonly permission: Permission;
    readonly summary: string;
    readonly roles: readonly Role[];
  }[];
}

/** All of them, to find somebody among. */
export const membersQuery = queryOptions({
  queryKey: ['staff', 'members'],
  queryFn: () => everyPage<Member>('/staff'),
});

export function membersListQuery(role: string) {
  return listQuery<Member>(['staff', 'list', role], '/staff', { role });
}

export const invitationsQuery = listQuery<Invitation>(['staff', 'invitations'], '/invitations');

export const rolesQuery = queryOptions({
  queryKey: ['staff', 'roles'],
  queryFn: () => ask<RoleTable>('GET', '/roles'),
});

export function invite(given: { readonly email: string; readonly role: Role }): Promise<unknown> {
  return ask('POST', '/invitations', given);
}
