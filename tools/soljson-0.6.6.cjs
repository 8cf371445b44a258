// The compiler of Chainlink's feed proxy, without its warnings about sources that are not ours.
const soljson = require("solc-0.6.6/soljson.js");
const { strict } = require("./warnings.cjs");

const cwrap = (name, ...rest) => {
  const wrapped = soljson.cwrap(name, ...rest);
  return name === "solidity_compile" ? (...input) => strict(wrapped(...input)) : wrapped;
};

module.exports = Object.create(soljson, { cwrap: { value: cwrap } });
