-- ARGV: prefix, now, then feed, host, definition ... -> 'new' | 'changed' | 'same' each. What was learned of them stays.
local said = {}
for i = 3, #ARGV, 3 do
  local id, host, definition = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local old, known = redis.call('HGET', p .. 'feed', id), redis.call('ZSCORE', p .. 'feeds', id)
  if old ~= definition then
    redis.call('HSET', p .. 'feed', id, definition)
    place_feed(id, host)
  end
  -- an earlier version kept no hosts
  if not redis.call('HGET', p .. 'feedhost', id) then
    place_feed(id, host)
    if known then feed_due(id, known) end
  end
  if not known then
    redis.call('HSETNX', p .. 'feedstate', id, '{}')
    local due = cjson.decode(redis.call('HGET', p .. 'feedstate', id))['next_poll'] or 0
    feed_due(id, due == 0 and ARGV[2] or score(due))
  end
  said[#said + 1] = (not old and 'new') or (old ~= definition and 'changed') or 'same'
end
return said
