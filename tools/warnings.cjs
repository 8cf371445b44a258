// What becomes of a compiler's warnings: those about dependencies are dropped, those about our own sources are errors.
const allowOurs = process.env.GIMBAL_ALLOW_WARNINGS !== undefined;
const isDependency = (error) => /^npm\//.test(error.sourceLocation?.file ?? "");

const strict = (output) => {
  const json = JSON.parse(output);
  if (!json.errors) return output;
  json.errors = json.errors
    .filter((error) => error.severity === "error" || !(allowOurs || isDependency(error)))
    .map((error) => ({ ...error, severity: "error" }));
  return JSON.stringify(json);
};

module.exports = { strict };
