-- ARGV: prefix, feed, token, state, next poll, last poll, host, its token, allowed, next host, health, then count, by ...
-- -> 1, or 0 where the lease is lost. The host is given back either way.
local id = ARGV[2]
release_host(ARGV[7], ARGV[8], ARGV[9])
if redis.call('HGET', p .. 'feedtoken', id) ~= ARGV[3] then return 0 end
redis.call('HSET', p .. 'feedtoken', id, '0')
redis.call('HSET', p .. 'feedstate', id, ARGV[4])
redis.call('HSET', p .. 'progress', 'poll', ARGV[6])
for i = 12, #ARGV, 2 do redis.call('HINCRBY', p .. 'polls', ARGV[i], ARGV[i + 1]) end
if redis.call('ZSCORE', p .. 'feeds', id) then
  place_feed(id, ARGV[10])
  feed_due(id, ARGV[5])
  note_health(id, ARGV[11])
end
return 1
