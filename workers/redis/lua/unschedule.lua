-- ARGV: prefix, feed ... They are polled no more; what was learned of them stays, and that they are paused.
for i = 2, #ARGV do
  local id = ARGV[i]
  local host = redis.call('HGET', p .. 'feedhost', id) or ''
  redis.call('ZREM', p .. 'feeds', id)
  redis.call('ZREM', p .. 'feeds:' .. host, id)
  redis.call('HDEL', p .. 'feed', id)
  redis.call('HDEL', p .. 'feedhost', id)
  redis.call('HDEL', p .. 'feedtoken', id)
  note_health(id, nil)
  order_host(host)
end
