import type { Contract, ContractDocument, Operation } from '../contract/contract.ts';

/** Where a rule is expanded: an operation at a microversion. */
export interface Scene {
  contract: Contract;
  /** The contract at the microversion. */
  document: ContractDocument;
  microversion: string;
  operation: Operation;
  /** The run's seed for everything random. */
  seed: number;
}
