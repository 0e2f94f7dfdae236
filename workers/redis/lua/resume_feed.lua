-- ARGV: prefix, feed, state, due, now -> 1, or 0 where it is not scheduled. A poll under way keeps its own state.
local id = ARGV[2]
redis.call('SREM', p .. 'paused', id)
if not redis.call('ZSCORE', p .. 'feeds', id) then return 0 end
if not being_polled(id, ARGV[5]) then
  redis.call('HSET', p .. 'feedtoken', id, '0')
  redis.call('HSET', p .. 'feedstate', id, ARGV[3])
  note_health(id, 'well')
  feed_due(id, ARGV[4])
end
return 1
