import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

export interface ReceivedMail {
  readonly sender: string;
  readonly recipients: readonly string[];
  /** Headers and body as they came, lines parted by `\n`, without the doubled dots. */
  readonly content: string;
}

export interface SmtpServer {
  readonly url: string;
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** Every line that anybody said outside of a mail's content. */
  readonly commands: readonly string[];
  /** What it answers to a command from now on, by how the command begins. */
  answer(command: string, reply: string): void;
  /** Says nothing any more to a command that begins so. */
  hush(command: string): void;
}

/** A mail server that keeps what it is sent, until the test is over. */
export async function startSmtpServer(): Promise<SmtpServer> {
  const mails: ReceivedMail[] = [];
  const commands: string[] = [];
  const replies = new Map<string, string | null>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    converse(socket, { mails, commands, replies });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    mails,
    commands,
    answer: (command, reply) => void replies.set(command, reply),
    hush: (command) => void replies.set(command, null),
  };
}

interface Kept {
  readonly mails: ReceivedMail[];
  readonly commands: string[];
  readonly replies: ReadonlyMap<string, string | null>;
}

function converse(socket: Socket, { mails, commands, replies }: Kept): void {
  let sender = '';
  let recipients: string[] = [];
  let content: string[] | null = null;
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  const replied = (command: string, usual: string): string | null => {
    const own = [...replies].find(([begin]) => command.startsWith(begin));
    const reply = own === undefined ? usual : own[1];
    if (reply !== null) say(reply);
    return reply;
  };
  const hear = (line: string): void => {
    if (content !== null) {
      if (line !== '.') return void content.push(line.startsWith('.') ? line.slice(1) : line);
      const received = { sender, recipients, content: content.join('\n') };
      content = null;
      if (replied('.', '250 kept')?.startsWith('2') === true) mails.push(received);
      return;
    }
    commands.push(line);
    const command = line.toUpperCase();
    if (command.startsWith('EHLO')) replied('EHLO', '250 mail.example.com');
    else if (command.startsWith('MAIL FROM:')) {
      [sender, recipients] = [inBrackets(line), []];
      replied('MAIL', '250 ok');
    } else if (command.startsWith('RCPT TO:')) {
      if (replied('RCPT', '250 ok')?.startsWith('2') === true) recipients.push(inBrackets(line));
    } else if (command === 'DATA') {
      if (replied('DATA', '354 go on')?.startsWith('3') === true) content = [];
    } else if (command === 'QUIT') {
      say('221 bye');
      socket.end();
    } else replied(command, '250 ok');
  };
  say('220 mail.example.com ESMTP');
  createInterface({ input: socket, crlfDelay: Infinity }).on('line', hear);
}

function inBrackets(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? '';
}
