-- What the scripts about feeds share. 'feeds' holds when each is due, 'feeds:HOST' the same for those of one host.
local NEVER = '253402300799'

local function feed_due(id, due)
  local host = redis.call('HGET', p .. 'feedhost', id) or ''
  if redis.call('SISMEMBER', p .. 'paused', id) == 1 then due = NEVER end
  redis.call('ZADD', p .. 'feeds', due, id)
  redis.call('ZADD', p .. 'feeds:' .. host, due, id)
  order_host(host)
end

-- Where the feed is polled: it waits there from now on.
local function place_feed(id, host)
  local old = redis.call('HGET', p .. 'feedhost', id)
  if old == host then return end
  redis.call('HSET', p .. 'feedhost', id, host)
  if not old then return end
  redis.call('ZREM', p .. 'feeds:' .. old, id)
  order_host(old)
  local due = redis.call('ZSCORE', p .. 'feeds', id)
  if due then feed_due(id, due) end
end

-- Whether a worker polls the feed just now.
local function being_polled(id, now)
  local token, due = redis.call('HGET', p .. 'feedtoken', id), redis.call('ZSCORE', p .. 'feeds', id)
  return token and token ~= '0' and due and tonumber(due) > tonumber(now)
end

local function note_health(id, health)
  local old = redis.call('HGET', p .. 'feedhealth', id)
  if old ~= health then
    if old then redis.call('HINCRBY', p .. 'health', old, -1) end
    if health then
      redis.call('HSET', p .. 'feedhealth', id, health)
      redis.call('HINCRBY', p .. 'health', health, 1)
    else
      redis.call('HDEL', p .. 'feedhealth', id)
    end
  end
end
