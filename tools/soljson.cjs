// Compiler that Hardhat loads: npm solc's soljson with
// 1. the standard-JSON input copied to the wasm heap instead of its 5 MB stack, which overflows on large inputs;
// 2. warnings about dependencies dropped, and warnings about our own sources turned into errors
//    (except under mutation testing, where a removed statement may leave an unused variable);
// 3. the listings of opcodes left empty: nobody reads them, and they are a third of what every test process loads.
const soljson = require("solc/soljson.js");
const { strict } = require("./warnings.cjs");

const compile = (input) => {
  const length = soljson.lengthBytesUTF8(input) + 1;
  const pointer = soljson._solidity_alloc(length);
  soljson.stringToUTF8(input, pointer, length);
  const output = soljson.UTF8ToString(soljson._solidity_compile(pointer, 0, 0));
  soljson._solidity_reset();
  return strict(output.replaceAll(/"opcodes":"[^"]*"/g, '"opcodes":""'));
};

const cwrap = (name, ...rest) => (name === "solidity_compile" ? compile : soljson.cwrap(name, ...rest));

module.exports = Object.create(soljson, { cwrap: { value: cwrap } });
