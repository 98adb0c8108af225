/** Messages of the line about a new version of the site: English and Japanese side by side. */
export const siteMessages = {
  'update.ready': { en: 'A new version is ready.', ja: '新しいバージョンがあります。' },
  'update.reload': { en: 'Reload', ja: '再読み込み' },
  'update.later': { en: 'Later', ja: 'あとで' },
} as const;
