// What becomes of a compiler's warnings: those about dependencies are dropped, those about our own sources are errors.
// Hardhat stops at what has neither the severity nor the type of a warning.
const allowOurs = process.env.GIMBAL_ALLOW_WARNINGS !== undefined;
// A warning without a place says that there are too many of them, which happens through dependencies.
const isDependency = (error) => error.sourceLocation === undefined || /^npm\//.test(error.sourceLocation.file);

const strict = (output) => {
  const json = JSON.parse(output);
  if (!json.errors) return output;
  json.errors = json.errors
    .filter((error) => error.severity === "error" || !(allowOurs || isDependency(error)))
    .map((error) => ({ ...error, severity: "error", type: error.type === "Warning" ? "CompilerError" : error.type }));
  return JSON.stringify(json);
};

module.exports = { strict };
