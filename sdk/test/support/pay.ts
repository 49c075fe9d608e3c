/** Pays on the sandbox's page as a customer would; answers where the customer is sent then. */
export async function pay(url: string, number = '4242 4242 4242 4242'): Promise<string> {
  const fields = { email: 'buyer@example.com', name: 'A Buyer', number };
  const answer = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ ...fields, expiry: '12 / 34', cvc: '123' }),
  });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`not paid: ${answer.status} ${await answer.text()}`);
  return location;
}
