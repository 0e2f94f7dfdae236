-- ARGV: prefix, now -> feeds, hosts, stories due, then sink, waiting ...
local function due(name) return redis.call('ZCOUNT', p .. name, '-inf', ARGV[2]) end
local said = {due('feeds'), due('hosts'), due('due')}
for _, sink in ipairs(redis.call('ZRANGEBYSCORE', p .. 'sinks', '-inf', ARGV[2])) do
  said[#said + 1] = sink
  said[#said + 1] = backlog(sink)
end
return said
