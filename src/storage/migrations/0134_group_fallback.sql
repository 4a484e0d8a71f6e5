-- Where a group's calls go on that nobody in it takes: a number inside, or *98 and an extension for its voicemail; null: nowhere.
alter table ring_group add fallback text;
