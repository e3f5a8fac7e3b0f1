/* The address as a link to all that is seen, copied, or in a field to copy it from. */

Object.assign(state, {link: null}); // what was copied last: {text, copied}

const hasAddress = () => /^(https?|file):$/.test(location.protocol); // a frame's own text has none

/** The whole address; in a frame without one of its own what stands behind the page's. */
const linkText = () => `${hasAddress() ? location.href.split('#')[0] : ''}#${addressNow()}`;

async function copyLink() {
  writeAddress();
  const text = linkText();
  let copied = false;
  try {
    if (hasAddress()) await navigator.clipboard.writeText(text);
    copied = hasAddress();
  } catch {
    // not allowed here: it is copied by hand
  }
  change({link: {text, copied}});
  if (!copied) byId('link').select();
}

/** The button, and once it was pressed what the link is; until something else is seen. */
function linkView() {
  const isCurrent = S.link !== null && S.link.text === linkText();
  const key = S.link?.copied ? 'linkCopied' : hasAddress() ? 'linkField' : 'linkBehind';
  const field = isCurrent && !S.link.copied;
  return [
    button('copy-link', copyLink, t0('copyLink')),
    h('div.visit.link', {role: 'status'}, [
      isCurrent && [
        button('close-link', () => change({link: null}), '\u00d7', {'aria-label': t0('closeLink')}),
        h('p.muted', [t0(key), ' ', t0('linkHolds')]),
      ],
      field &&
        h('input', {
          id: 'link',
          type: 'text',
          readonly: true,
          'aria-label': t0('link'),
          value: S.link.text,
        }),
    ]),
  ];
}
