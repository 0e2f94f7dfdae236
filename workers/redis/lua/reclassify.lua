-- ARGV: prefix, uri, version, turn, text, type, JSON -> 1, or 0 where another version or turn of the story stands there.
local text = p .. 'text:' .. ARGV[2]
local stands = redis.call('HMGET', text, 'version', 'turn')
if stands[1] ~= ARGV[3] or tonumber(stands[2]) ~= tonumber(ARGV[4]) - 1 then return 0 end
redis.call('HSET', text, 'turn', ARGV[4], 'record', ARGV[5])
redis.call('XADD', p .. 'outbox', '*', 'r', ARGV[7])
redis.call('INCR', p .. 'written')
count('event.' .. ARGV[6])
return 1
