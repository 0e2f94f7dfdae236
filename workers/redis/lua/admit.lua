-- ARGV: prefix, now, retention, then key, print, host, entry, feed, url, title, urlkey, due ... -> 'new'|'changed'|'known' each.
-- "Seen" is never written apart from the story: one call stores the entry and makes it due.
local now, retention = ARGV[2], ARGV[3]
local said = {}
for i = 4, #ARGV, 9 do
  local key, print, host, entry = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local job = job_key(key)
  local old = redis.call('HMGET', job, 'print', 'stage', 'host')
  if old[1] == print then
    said[#said + 1] = 'known'
  else
    if old[1] then
      not_due(key, old[3])
      if old[2] == 'quarantine' then
        redis.call('ZREM', p .. 'quarantine', key)
      end
      redis.call('DEL', job)
    end
    local stage = host ~= '' and 'fetch' or 'process'
    redis.call('HSET', job, 'print', print, 'host', host, 'entry', entry, 'stage', stage, 'attempts', '0', 'token', '0',
      'admitted', now, 'feed', ARGV[i + 4], 'url', ARGV[i + 5], 'title', ARGV[i + 6])
    if ARGV[i + 7] ~= '' then redis.call('SET', p .. 'url:' .. ARGV[i + 7], key, 'EX', retention) end
    make_due(key, stage, host, ARGV[i + 8])
    count('admitted')
    said[#said + 1] = old[1] and 'changed' or 'new'
  end
end
return said
