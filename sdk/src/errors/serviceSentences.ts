import type { ContractErrorName, Sentences } from "./sentences.ts";

/** Contracts of AI services. */
type ServiceContract = "GradeBook";

export const serviceSentences: Sentences<Extract<ContractErrorName, `${ServiceContract}_${string}`>> = {
  /* GradeBook */
  GradeBook_DecisionUnknown: ([vault, epoch]) =>
    `Nobody wrote down the decision of epoch ${epoch} of ${vault} while it was the newest one. Only later ones can be proven.`,
  GradeBook_FactoryInvalid: ([factory]) => `There is no contract at ${factory}. Give the factory of the indices.`,
  GradeBook_NoDecision: ([vault]) => `No decision has been made about ${vault} yet. Try again after the first one.`,
  GradeBook_NotIndex: ([vault]) => `${vault} is not an index of this protocol.`,
  GradeBook_ProofInvalid: ([vault, epoch, token]) =>
    `The decision of epoch ${epoch} of ${vault} does not say this of ${token}. Ask for the grade and its proof again.`,
};
