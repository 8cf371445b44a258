import { getAddress, isAddress } from "viem";
import { z } from "zod";

const address = z
  .string()
  .refine((text) => isAddress(text, { strict: false }), "must be an address")
  .transform((text) => getAddress(text));

/** A path; a key that stands there by mistake must not reach a message that names the path. */
const path = z
  .string()
  .min(1)
  .refine((text) => !/^(0x)?[0-9a-f]{64}$/i.test(text), "must be a path; a key does not belong into this file");

const url = z
  .url({ protocol: /^https?$/ })
  .refine((text) => !URL.canParse(text) || new URL(text).username + new URL(text).password === "", {
    message: "must hold no password; name an environment variable in `tokenVariable`",
  });

/** Where one key is, as settings say it. */
export const signerSourceSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("environment") }),
  z.strictObject({
    kind: z.literal("keystore"),
    file: path,
    /** Without one the password comes from the environment. */
    passwordFile: path.optional(),
    /** The account that the file must hold. */
    address: address.optional(),
  }),
  z.strictObject({
    kind: z.literal("remote"),
    url,
    address,
    /** How it wants to be asked. */
    api: z.enum(["web3signer", "clef", "node"]).default("web3signer"),
    /** Environment variable with a bearer token. */
    tokenVariable: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable")
      .optional(),
    timeoutSeconds: z.int().min(1).max(600).default(10),
  }),
]);

/** Where a key is. */
export type SignerSource = z.output<typeof signerSourceSchema>;

/** The `signers` of a configuration. No key ever stands in it: only where each one is. */
export const signersSchema = z
  .strictObject({
    gas: signerSourceSchema.prefault({ kind: "environment" }),
    decisions: z.array(signerSourceSchema).prefault([{ kind: "environment" }]),
  })
  .prefault({});

/** Where the key that pays for gas is, and those that sign decisions. */
export type SignerSettings = z.output<typeof signersSchema>;
