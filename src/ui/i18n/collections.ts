/** Messages of the collections of starred concepts: English and Japanese side by side, `{name}` filled in. */
export const collectionsMessages = {
  'star.add': { en: 'Star concept {n}', ja: '概念 {n} にスターを付ける' },
  'star.remove': { en: 'Unstar concept {n}', ja: '概念 {n} のスターを外す' },
  'star.title': { en: '{name} · collection “{collection}”', ja: '{name} · コレクション「{collection}」' },
} as const;
