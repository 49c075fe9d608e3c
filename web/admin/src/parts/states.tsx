import { Button, Skeleton, Stack } from '@mantine/core';
import { CircleAlert, Inbox } from 'lucide-react';
import { useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { problemOf } from '../api/problem.ts';
import { To } from './to.tsx';

/** Nothing there, and what to do about it. */
export function Empty(props: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="state" role="status">
      <Inbox size={24} aria-hidden />
      <strong>{props.title}</strong>
      {props.children}
    </div>
  );
}

/** What went wrong, in the server's words, and a way on. */
export function Failed(props: { readonly error: unknown; readonly onRetry?: () => void }) {
  const problem = problemOf(props.error);
  const isForbidden = problem.status === 403;
  return (
    <div className="state" role="alert">
      <CircleAlert size={24} aria-hidden />
      <strong>{isForbidden ? 'This is not for your role' : 'This could not be loaded'}</strong>
      <span>{problem.message}</span>
      {props.onRetry !== undefined && !isForbidden && (
        <Button variant="default" size="xs" onClick={props.onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** As high as what comes, so that nothing jumps. */
export function Loading(props: { readonly rows?: number; readonly heightPx?: number }) {
  const { rows = 6, heightPx = 28 } = props;
  return (
    <Stack gap={8} aria-busy="true" aria-label="Loading" role="status">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={heightPx} radius="sm" />
      ))}
    </Stack>
  );
}

/** What a form's deed met with. */
export function Fault(props: { readonly error: unknown }) {
  const { href } = useLocation();
  if (props.error === null || props.error === undefined) return null;
  const { message, code } = problemOf(props.error);
  return (
    <p className="message bad" role="alert">
      {message}
      {code === 'sign_in_again' && (
        <>
          {' '}
          <To to="/sign-in" search={{ return: href }}>
            Sign in again
          </To>
        </>
      )}
    </p>
  );
}
