import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { parseAction } from '@actions/workflow-parser/actions/index';

const trace = new NoOperationTraceWriter();

/** What GitHub's own parser finds wrong in the text of an action. */
export function mistakesOfAction(content: string): string[] {
  return parseAction({ name: 'action.yml', content }, trace)
    .context.errors.getErrors()
    .map(({ message }) => message);
}

/** What GitHub's own parser finds wrong in the text of a workflow. */
export async function mistakesOfWorkflow(content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name: 'workflow.yml', content }, trace);
  const { errors } = value ? await convertWorkflowTemplate(context, value) : { errors: [{ Message: 'it is empty' }] };
  return [...context.errors.getErrors().map(({ message }) => message), ...(errors ?? []).map(each => each.Message)];
}
