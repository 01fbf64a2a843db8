import type { StateStep } from '../contract/stage-data.ts';
import type { Resting, RetoldStep } from '../judge/retold-history.ts';
import type { HistoryFailure, HistoryStep } from '../judge/verdict.ts';
import type { Exchange } from '../target/exchange.ts';
import { answerCheck } from './answer-check.ts';
import { ownHeaders, tokenHeader } from './curl.ts';
import type { Recipes } from './model.ts';
import { printableLine } from './printable.ts';
import { conditions, sights } from './script-conditions.ts';
import { tokenWord } from './script-tokens.ts';
import { shellQuote } from './shell-quote.ts';
import { shellWord } from './shell-word.ts';

/** What the script of a history does, line by line: makes servers and volumes, plays each command, judges the last. */
export class HistoryScriptSteps {
  private readonly failure: HistoryFailure;
  private readonly recipes: Recipes;
  /** Ids of the run -> the variables of the script. */
  private readonly names: Map<string, string>;
  private volumes = 0;
  /** Server -> the condition that ends the step that it is in. */
  private readonly moving = new Map<number, string>();

  constructor(failure: HistoryFailure, recipes: Recipes) {
    this.failure = failure;
    this.recipes = recipes;
    this.names = new Map([
      ...failure.servers.map((id, index) => [id, `$SERVER_${index + 1}`] as const),
      ...failure.volumes.map((id, index) => [id, `$VOLUME_${index + 1}`] as const),
    ]);
  }

  lines(): string[] {
    const { steps, together } = this.failure.retold;
    const first = steps.length - together;
    // First, as volumes are numbered in the order of their making.
    const given = this.given();
    const before = steps.slice(0, first).flatMap((step, index) => ['', ...this.step(step, index)]);
    return [...given, ...before, ...(together > 0 ? this.burst(first) : [])];
  }

  private given(): string[] {
    const { servers, given, server } = this.recipes;
    const numbers = Array.from({ length: Math.max(servers, this.failure.servers.length) }, (_, index) => index + 1);
    return [
      ...numbers.flatMap(number => [`make_server ${this.body(server, `server-${number}`)}`, `SERVER_${number}=$ID`]),
      ...given.flatMap(kind => this.volume(kind)),
      ...numbers.map(
        number =>
          `wait_until "$BUILD_LIMIT" server_ready "$SERVER_${number}" || cannot 'server ${number} did not get ready'`,
      ),
    ];
  }

  private volume(kind: string): string[] {
    this.volumes += 1;
    const number = this.volumes;
    return [
      `make_volume ${this.body(this.recipes.volumes[kind], `volume-${number}`)}`,
      `VOLUME_${number}=$ID`,
      `wait_until "$LIMIT" volume_ready "$VOLUME_${number}" || cannot 'volume ${number} did not get ready'`,
    ];
  }

  private body(body: unknown, name: string): string {
    const values = { name: `$RUN-${name}`, run_id: '$RUN', image: '$IMAGE', flavor: '$FLAVOR' };
    const names = Object.entries(values).map(([key, value]) => [`{{${key}}}`, value] as const);
    return shellWord(JSON.stringify(body), new Map(names));
  }

  private step(step: RetoldStep, index: number): string[] {
    const { steps } = this.failure;
    const number = index + 1;
    const isLast = index === this.failure.retold.steps.length - 1;
    const title = `say ${shellQuote(`${number}  ${printableLine(steps[index]?.text ?? '')}`)}`;
    const rest = isLast ? this.ending(step, index) : this.looking(step, number);
    if (step.create !== undefined) return [title, ...this.volume(step.create), ...rest];
    if (step.take) return [title, ...this.take(step, number), ...rest];
    const expected = steps[index]?.expected ?? '';
    return [
      ...(step.before ? this.resting(`before_${number}`, step.before, this.everything(step.before)) : []),
      title,
      ...this.request(step, steps[index], number),
      `answered step_${number} ${shellQuote(printableLine(expected))}`,
      ...this.status(step, steps[index], number, isLast),
      ...rest,
    ];
  }

  /** What a step is answered; what came when it was played, where several requests are under way and each answer leads elsewhere. */
  private status({ statuses }: RetoldStep, step: HistoryStep | undefined, number: number, isLast: boolean): string[] {
    const { mode, retold } = this.failure;
    const isJudged = isLast && retold.shows === 'status';
    const came = step?.exchange?.response.status;
    const wanted = mode === 'overlapping' && !isLast && came !== undefined ? [came] : statuses;
    const otherwise = isJudged
      ? `fails "step ${number} was answered $STATUS"`
      : `cannot "step ${number} was answered $STATUS, not as when it failed"`;
    return [`case $STATUS in ${wanted.join(' | ')}) ;; *) ${otherwise} ;; esac`];
  }

  private request({ caller }: RetoldStep, step: HistoryStep | undefined, number: number): string[] {
    return step?.exchange ? [`send step_${number} ${tokenWord(caller)} ${this.words(step.exchange).join(' ')}`] : [];
  }

  private words({ request: { method, url, headers, body } }: Exchange): string[] {
    const sent = Object.entries(headers).filter(
      ([name]) => !ownHeaders.has(name.toLowerCase()) && name.toLowerCase() !== tokenHeader,
    );
    const isTyped = sent.some(([name]) => name.toLowerCase() === 'content-type');
    // All requests of the API are below this path, wherever its endpoint is.
    const path = url.slice(url.lastIndexOf('/servers'));
    return [
      shellQuote(method),
      `"$COMPUTE"${shellWord(path, this.names)}`,
      ...sent.flatMap(([name, value]) => ['-H', shellWord(`${name}: ${value}`, this.names)]),
      ...(body === undefined
        ? []
        : [...(isTyped ? [] : ['-H', 'Content-Type:']), '--data-raw', shellWord(body, this.names)]),
    ];
  }

  private take({ server, take = [] }: RetoldStep, number: number): string[] {
    const whom = `$SERVER_${(server ?? 0) + 1}`;
    const isWaiting = this.failure.mode !== 'overlapping' || take.length > 1;
    const before = this.moving.get(server ?? -1);
    const waits = before === undefined ? [] : [`wait_until "$LIMIT" ${before} || cannot 'the step before did not end'`];
    this.moving.delete(server ?? -1);
    return [
      ...waits,
      ...take.flatMap((each, index) => {
        const name = `step_${number}_${index + 1}`;
        const end = `${name}_is_done`;
        if (!isWaiting) this.moving.set(server ?? -1, end);
        const lines = [
          ...this.action(each, whom, name),
          `answered ${name} 'any success'`,
          `accepted || cannot 'step ${number} was refused'`,
          `${end}() { ${sights(each.until, whom)}; }`,
          ...(isWaiting ? [`wait_until "$LIMIT" ${end} || cannot 'step ${number} did not end'`] : []),
        ];
        if (each.unless === undefined) return lines;
        return [`if ! { ${sights(each.unless, whom)}; }; then`, ...lines.map(line => `  ${line}`), 'fi'];
      }),
    ];
  }

  private action({ as = 'member', action, delete: deletes }: StateStep, whom: string, name: string): string[] {
    const token = tokenWord(as);
    if (deletes) return [`ask ${name} ${token} DELETE "/servers/${whom}"`];
    return [`ask ${name} ${token} POST "/servers/${whom}/action" ${shellQuote(JSON.stringify(action))}`];
  }

  /** Waits for what must be there after a step, as far as it was looked at. */
  private looking({ after, looks }: RetoldStep, number: number): string[] {
    return looks.servers.length + looks.volumes.length === 0 ? [] : this.resting(`after_${number}`, after, looks);
  }

  private resting(name: string, worlds: Resting[], looks: RetoldStep['looks']): string[] {
    return [
      `${name}() { ${conditions(worlds, looks)}; }`,
      `rests ${name} || cannot "something else went wrong before: $FLAW"`,
    ];
  }

  private everything([world]: Resting[]): RetoldStep['looks'] {
    return { servers: [...(world?.lists.keys() ?? [])], volumes: [...(world?.volumes.keys() ?? [])] };
  }

  /** How the last step is judged. */
  private ending({ after, server }: RetoldStep, index: number): string[] {
    const { shows, what, expected, received } = this.failure.retold;
    const name = `step_${index + 1}`;
    const text = shellQuote(printableLine(`${what}: expected ${expected}`));
    if (shows === 'status') return [`conforms ${text}`];
    if (shows === 'answer') return answerCheck(name, this.failure.retold, value => shellWord(value, this.names));
    const look = this.everything(after);
    if (shows === 'list') {
      const listed = conditions(after, { servers: server === null ? [] : [server], volumes: [] }, `list_holds ${name}`);
      return ["FLAW=''", `if { ${listed}; } && [ -z "$FLAW" ]; then conforms ${text}; fi`, `fails ${text}" $FLAW"`];
    }
    return [
      `all_is_well() { ${conditions(after, look)}; }`,
      `if rests all_is_well; then conforms ${text}; fi`,
      `fails ${text}${shellQuote(`; when it was found: ${printableLine(received)}. `)}"$FLAW"`,
    ];
  }

  private burst(first: number): string[] {
    const { steps, outcomes } = this.failure.retold;
    const calls = steps
      .slice(first)
      .map((step, index) => ({ step, number: first + index + 1, played: this.failure.steps[first + index] }));
    const sent = calls.map(({ step, number, played }) => {
      const [take] = step.take ?? [];
      const whom = `$SERVER_${(step.server ?? 0) + 1}`;
      const [line = ':'] = take ? this.action(take, whom, `step_${number}`) : this.request(step, played, number);
      return `( ${line}; say "$STATUS" > "$WORK/step_${number}.status" ) &`;
    });
    const heard = calls.flatMap(({ step, number, played }) => [
      `say ${shellQuote(`${number}  ${printableLine(played?.text ?? '')}`)}`,
      `STATUS=$(cat "$WORK/step_${number}.status")`,
      `answered step_${number} 'what some order explains'`,
      ...(step.take ? ['if accepted; then STATUS=accepted; else STATUS=refused; fi'] : []),
      `ANSWER_${number}=$STATUS`,
    ]);
    const ends = outcomes.map(
      ({ after }, index) => `outcome_${index + 1}() { ${conditions(after, this.everything(after))}; }`,
    );
    return [
      '',
      ...sent,
      'wait',
      ...heard,
      ...ends,
      `case "${calls.map(({ number }) => `$ANSWER_${number}`).join(' ')}" in`,
      ...outcomes.map(({ answers }, index) => `  '${answers.join(' ')}') outcome=outcome_${index + 1} ;;`),
      "  *) fails 'no order of the requests explains the answers' ;;",
      'esac',
      `rests "$outcome" || fails "what is there is not what the answers lead to. $FLAW"`,
      // What comes late comes while nobody waits for it any more.
      `sleep ${this.recipes.limits.linger}`,
      `rests "$outcome" || fails "what is there did not stay. $FLAW"`,
      "conforms 'some order explains it all'",
    ];
  }
}
