"""What a late debt costs beyond itself: statutory and contract interest, fixed compensation, fees.
Pure and exact, in minor units; which step charges what, and whether it is posted, is not here.
"""
