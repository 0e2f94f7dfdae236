-- ARGV: prefix, host, token, allowed
if redis.call('HGET', p .. 'hosttoken', ARGV[2]) == ARGV[3] then rest_host(ARGV[2], ARGV[4]) end
