"""What a customer who is about to leave is offered."""


def discount(probability, price):
    return round(price * min(0.3, probability / 2), 2)
