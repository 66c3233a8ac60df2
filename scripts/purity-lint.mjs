/**
 * Lint plugin for pure code: bans what the compiler cannot see and what would give another result on another machine,
 * in another process or on another day.
 */

/**
 * Everything here is exact by IEEE 754 or by the language's definition; the rest of Math may differ between engines.
 */
const EXACT_MATH = new Set(['abs', 'ceil', 'clz32', 'floor', 'imul', 'max', 'min', 'round', 'sqrt', 'trunc']);

const BANNED_GLOBALS = new Map([
  ['Date', 'reads the wall clock: use virtual time'],
  ['Intl', 'depends on the locale data of the machine'],
  ['WeakRef', 'depends on when the garbage collector runs'],
  ['FinalizationRegistry', 'depends on when the garbage collector runs'],
  ['Promise', 'leaves the step function: an agent answers at once, with effects'],
  ['globalThis', 'opens the fence around pure code'],
  ['eval', 'opens the fence around pure code'],
  ['Function', 'opens the fence around pure code'],
]);

const LOCALE_METHOD = /^(?:localeCompare|toLocale[A-Z]\w*)$/;

const isLiteral = (node) => node.type === 'Literal';

/** A power of two written with literals, or a power of bigints, is exact; any other power is Math.pow. */
const isExactPower = ({ left, right }) =>
  isLiteral(left) && isLiteral(right) && (left.value === 2 || typeof left.value === 'bigint');

/** The name of a member if it is known before the program runs: `a.name`, `a['name']`, `{ name } = a`. */
function memberName({ computed, property, key = property }) {
  if (!computed) return key.name ?? key.value;
  return isLiteral(key) ? String(key.value) : undefined;
}

function mathProblem(name) {
  if (name === undefined)
    return 'Math may only be used as `Math.floor(…)` and the like, so that what is called can be read.';
  if (name === 'random')
    return 'Math.random is not reproducible: draw from the random stream of the agent or the engine.';
  return `Math.${name} is not bit-identical everywhere: only ${[...EXACT_MATH].join(', ')} are.`;
}

/** True for a name that stands for a value, not for a member, a key, or a type. */
function isValueReference(node) {
  const { parent } = node;
  if (
    parent.type.startsWith('TS') &&
    !/^TS(?:As|Satisfies|NonNull|Instantiation|Type)\w*Expression$|^TSTypeAssertion$/.test(parent.type)
  )
    return false;
  if (parent.type === 'MemberExpression') return parent.object === node || parent.computed;
  if (parent.type === 'Property') return parent.value === node && parent.parent.type === 'ObjectExpression';
  return !/^(?:MethodDefinition|PropertyDefinition|ImportSpecifier|ExportSpecifier)$/.test(parent.type);
}

const deterministic = {
  meta: { type: 'problem', docs: { description: 'Same input, same output, on every machine.' } },
  create(context) {
    const report = (node, message) => context.report({ node, message });
    const banAsync = (node) => {
      if (node.async)
        report(node, 'async code runs when the event loop likes: pure code answers at once, with effects.');
    };
    const banPower = (node) => {
      if (!isExactPower(node))
        report(node, '`**` is not bit-identical everywhere: multiply, shift, or write the constant.');
    };
    return {
      Identifier(node) {
        if (!isValueReference(node)) return;
        const why = BANNED_GLOBALS.get(node.name);
        if (why) report(node, `${node.name} ${why}.`);
        if (node.name !== 'Math') return;
        const name = node.parent.type === 'MemberExpression' ? memberName(node.parent) : undefined;
        if (!EXACT_MATH.has(name)) report(node, mathProblem(name));
      },
      MemberExpression(node) {
        const name = memberName(node);
        if (LOCALE_METHOD.test(name))
          report(node, `${name} depends on the locale of the machine: compare with < and >.`);
      },
      ForInStatement: (node) =>
        report(node, 'for-in also visits inherited keys: use for-of over Object.keys, or a Map.'),
      AwaitExpression: (node) =>
        report(node, 'await leaves the step function: pure code answers at once, with effects.'),
      ImportExpression: (node) => report(node, 'import() is asynchronous: import at the top of the file.'),
      BinaryExpression: (node) => node.operator === '**' && banPower(node),
      AssignmentExpression: (node) => node.operator === '**=' && banPower(node),
      ForOfStatement: (node) =>
        node.await && report(node, 'for await leaves the step function: loop over values at hand.'),
      FunctionDeclaration: banAsync,
      FunctionExpression: banAsync,
      ArrowFunctionExpression: banAsync,
    };
  },
};

export default { meta: { name: 'purity' }, rules: { deterministic } };
