// JSON strings on stdin, one a line → their SMS parts as JSON lists. Shares nothing with broadcaster/sms.py but the standard.
import { createInterface } from "node:readline";

const TWO = "\f^{}\\[~]|€";
const ONE = /^[ -_a-z{-~\n\r¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ€\f]*$/;
const clusters = new Intl.Segmenter("und", { granularity: "grapheme" });

function parts(text) {
  const septets = ONE.test(text);
  const size = (part) => (septets ? [...part].reduce((sum, c) => sum + (TWO.includes(c) ? 2 : 1), 0) : part.length);
  if (size(text) <= (septets ? 160 : 70)) return text ? [text] : [];
  const most = septets ? 153 : 67;
  const found = [""];
  for (const { segment } of clusters.segment(text)) {
    for (const piece of size(segment) > most ? [...segment] : [segment]) {
      if (size(found.at(-1) + piece) > most) found.push("");
      found[found.length - 1] += piece;
    }
  }
  return found;
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(parts(JSON.parse(line))) + "\n");
}
