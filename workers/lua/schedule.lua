-- ARGV: prefix, now, feed ids ... The poll schedule holds exactly these feeds; what was learned of them stays.
local wanted = {}
for i = 3, #ARGV do
  local id = ARGV[i]
  wanted[id] = true
  if not redis.call('ZSCORE', p .. 'feeds', id) then
    local state = redis.call('HGET', p .. 'feedstate', id)
    local due = state and cjson.decode(state)['next_poll'] or 0
    if due == 0 then due = ARGV[2] end
    redis.call('ZADD', p .. 'feeds', tostring(due), id)
    redis.call('HSETNX', p .. 'feedstate', id, '{}')
  end
end
for _, id in ipairs(redis.call('ZRANGE', p .. 'feeds', 0, -1)) do
  if not wanted[id] then redis.call('ZREM', p .. 'feeds', id) end
end
